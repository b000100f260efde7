/** What the other parts of the room use of watching. */
export { splice, unquote } from './constants.ts'
export { createTemplates, type Met, type Templates } from './templates.ts'
export { findNode, skeletonOf, tablesOf } from './tree.ts'
export type { RunSeen, Watcher } from './watcher.ts'
