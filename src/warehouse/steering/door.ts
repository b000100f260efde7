/** Plan steering: arms of optimizer settings, what they cost, and which a statement runs under. */

export { type SteeringAdviserOptions, steeringAdviser } from './adviser.ts'
export { type Arm, DEFAULT_ARM, resetStatements, setStatements, switchStatements } from './arms.ts'
export {
  type ArmTimes,
  type CpuClock,
  type MeasuredStatement,
  type MeasureOptions,
  measureArms,
} from './measure.ts'
export { keepMemory, type Learned, type ReadMemory, readMemory } from './memory.ts'
export { chooseArms, type Screening, type ScreenOptions, screenArms } from './screen.ts'
export { STEERING_ACTION, type SteeringState } from './state.ts'
export {
  createSteerer,
  openSteerer,
  type PlanSteerer,
  type SteererOptions,
  type SteeringReport,
  steererOf,
} from './steerer.ts'
export {
  keepArms,
  keepStatements,
  measurable,
  statisticsOf,
  type TrainSteeringOptions,
  trainSteering,
} from './train.ts'
export {
  createWays,
  type Ways,
  type WaysOptions,
  type WaysReport,
  type WaysState,
} from './ways/ways.ts'
