"""The command `rapport`. Each command is one function, in the module of what it is about:

| module | commands | calls |
|---|---|---|
| running | init, run | all rooms, in order |
| trying | try | all rooms, in order; operations/trying |
| extracting | fetch, plan, poll, reconcile, load, import | extractors/ |
| building | build, docs | modelling/ |
| publishing | check, checks, publish, edition, report, superset | quality/, reporting/ |
| agency | agency | reporting/overview |
| watching | status, doctor | operations/status, operations/doctor |
| erasing | erase | operations/erasure/ |
| backup | backup, restore | operations/backup/ |
| stack | emulator, demo, up, down | operations/stack/, operations/demo |
| outcome, note, quarantine | the subcommands of that name | extractors/files/ |
| topic | its subcommands | extractors/topics/ |

A new command goes into the module whose room it calls. One with subcommands gets a module of its own, which names
its `typer.Typer`. Only a new module has to be added to the list in `main`. `terminal` holds the options and the output
that commands share, `parallel` runs calls side by side.
"""
