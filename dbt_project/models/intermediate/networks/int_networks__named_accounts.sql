{{ of_every_network('named_accounts') }}
