import fc from 'fast-check'

// Properties are tried on the same values each time where AISHIP_SEED says so: whether a change lands must not be drawn by lot.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.AISHIP_SEED) })
