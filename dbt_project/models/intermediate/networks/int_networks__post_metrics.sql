{{ of_every_network('post_metrics') }}
