// What a store's search learns from its log.
export { type Examination, learnExamination } from './examination.ts'
export { gradesOf, type QueryGrades } from './grades.ts'
export { openModels, openVectors, saveModels } from './model-files.ts'
export { storeFeatures, trainOrder } from './order.ts'
export {
  type PersonalJudgment,
  type SearchModels,
  type TrainedSearch,
  type TrainingInput,
  type TrainingReport,
  trainSearch,
  untrainedSearch,
} from './train.ts'
