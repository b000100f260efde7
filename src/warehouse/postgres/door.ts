export { advisePostgres, type PostgresAdviceOptions } from './advise.ts'
export { applyToPostgres, dropInvalidIndexes, undoOnPostgres } from './apply.ts'
export { POSTGRES_ARMS } from './arms.ts'
export { openPostgres, type PostgresOptions, type PostgresSession } from './session.ts'
