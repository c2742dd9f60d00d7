{{ of_every_network('page_posts') }}
