export { LONG_KNOBS } from './knobs.ts'
export { longForecaster } from './long.ts'
