{{ of_every_network('changed_accounts') }}
