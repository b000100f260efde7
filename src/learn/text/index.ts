export { type HashedNgramsOptions, hashedNgrams, normalizedWords } from './hashed-ngrams.ts'
