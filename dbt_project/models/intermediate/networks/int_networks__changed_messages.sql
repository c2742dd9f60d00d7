{{ of_every_network('changed_messages') }}
