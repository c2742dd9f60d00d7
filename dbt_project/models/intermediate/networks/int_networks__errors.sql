{{ of_every_network('errors') }}
