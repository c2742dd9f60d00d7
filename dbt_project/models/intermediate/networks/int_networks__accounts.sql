{{ of_every_network('users') }}
