{{ of_every_network('user_handles') }}
