// Candidate generators: what each brings to a query.

export type { Arm, ArmRequest, Asker, Union, UnionArm } from './arm.ts'
export { createExploringArm } from './exploring.ts'
export { createPopularArm } from './popular.ts'
export { createRecentArm } from './recent.ts'
export { createSeenProducts, type SeenProducts } from './seen.ts'
export { createTextArm, createTextArms, TEXT_ARMS } from './text.ts'
