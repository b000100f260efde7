import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { COLD_START } from '../cold-start/cold-start.ts'
import { forecasterContract } from '../forecaster.contract.ts'
import type { Forecaster } from '../forecaster.ts'
import { forecasterOf } from '../forecasters.ts'
import { combineForecasters } from './combined-forecaster.ts'

/** The combination as one forecaster: the classical choice as floor, two members beside it. */
const combined: Forecaster = {
  name: 'combined',
  fit: (panel, parameters = {}) =>
    combineForecasters(
      panel,
      classicalForecaster({ models: ['moving-average', 'hurdle', 'seasonal-naive'] }),
      [COLD_START, forecasterOf('weighted-history')],
      { ...parameters, horizon: parameters.horizon ?? 14 },
    ),
}

forecasterContract(classicalForecaster(), { runs: 20 })
// Weights are fitted on scaled losses, so that rounding alone differs.
forecasterContract(combined, { runs: 20, scaling: 1e-3 })
