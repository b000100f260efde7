import { forecasterContract } from '../forecaster.contract.ts'
import { structureForecaster } from './structure.ts'

const MINUTE = 60_000

forecasterContract(structureForecaster(), { stepMs: 5 * MINUTE, days: 35, ahead: 2 * 288 })
forecasterContract(structureForecaster(), { stepMs: 60 * MINUTE, days: 70, ahead: 7 * 24 })
forecasterContract(structureForecaster(), { stepMs: 1440 * MINUTE, days: 200, ahead: 28 })
