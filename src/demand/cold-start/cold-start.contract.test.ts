import { forecasterContract } from '../forecaster.contract.ts'
import { COLD_START } from './cold-start.ts'

forecasterContract(COLD_START)
