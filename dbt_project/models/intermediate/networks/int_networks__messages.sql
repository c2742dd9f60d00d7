{{ of_every_network('messages') }}
