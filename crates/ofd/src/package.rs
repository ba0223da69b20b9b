//! The package: a ZIP of named files, read within limits and written the same way each time.
