{{ of_every_network('conversation_searches') }}
