{{ of_every_network('nods') }}
