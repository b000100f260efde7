import { forecasterContract } from './forecaster.contract.ts'
import { FORECASTERS } from './forecasters.ts'

for (const forecaster of FORECASTERS) forecasterContract(forecaster)
