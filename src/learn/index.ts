// The door of the learners: each is a namespace of its own, so that one can be used alone.
export * as bandits from './bandits/index.ts'
export * as events from './events/index.ts'
export * as nets from './nets/index.ts'
export * as reconcile from './reconcile/index.ts'
export * as structures from './structures/index.ts'
export * as text from './text/index.ts'
export * as trees from './trees/index.ts'
