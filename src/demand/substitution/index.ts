export {
  estimateSubstitution,
  type Substitution,
  type SubstitutionOptions,
} from './substitution.ts'
