{{ of_every_network('changed_posts') }}
