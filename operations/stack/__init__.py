"""Everything that runs beside Rapport on one machine: Postgres, Airflow's four processes, the X API emulator.

`runner.Stack` starts and stops them as one; `background.up` and `background.down` do it in the background;
`api.AirflowApi` speaks to the running Airflow; `watch.Watch` follows its runs.
"""
