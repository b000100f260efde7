export { easterBuckets, easterDay } from './easter.ts'
