import fc from 'fast-check'

/**
 * Every property test draws the same cases each time, so that a run of the tests tells of the change at hand
 * and never of chance. `STOREWRIGHT_SEED=N` (a whole number) draws others: to look for more.
 */
const asked = Number(process.env['STOREWRIGHT_SEED'] ?? 1)
if (!Number.isSafeInteger(asked)) throw new Error('STOREWRIGHT_SEED is a whole number')
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: asked })
