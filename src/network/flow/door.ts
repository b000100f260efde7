// The door of flows: sending goods through a network at least cost.
export { solveFlow } from './network-simplex.ts'
export type { Flow, FlowProblem } from './problem.ts'
export {
  solveTransportation,
  type Transportation,
  type TransportationProblem,
} from './transportation.ts'
