"""The exercises of the notebooks: their checks, the final project, and faults to practise on."""
