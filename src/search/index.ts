// The door of search: each part is a namespace of its own, so that one can be used alone.
export * as policy from './policy/door.ts'
