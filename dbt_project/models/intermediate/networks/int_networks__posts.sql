{{ of_every_network('posts') }}
