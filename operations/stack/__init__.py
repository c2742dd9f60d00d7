"""The servers that run beside Rapport on one machine: Postgres, Airflow's four processes, the emulator.

`runner.Stack` starts and stops them together; `background.up` and `background.down` do so in the background.
`api.AirflowApi` is a client of the running Airflow, and `watch.Watch` follows its runs.
"""
