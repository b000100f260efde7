import { forecasterContract } from '../forecaster.contract.ts'
import { longForecaster } from './long.ts'

const HOUR = 3_600_000

forecasterContract(longForecaster(), { stepMs: HOUR, days: 60, ahead: 14 * 24 })
forecasterContract(longForecaster(), { stepMs: HOUR, days: 400, ahead: 60 * 24 })
forecasterContract(longForecaster(), { stepMs: 24 * HOUR, days: 800, ahead: 90 })
