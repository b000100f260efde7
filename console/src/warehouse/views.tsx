import { pageViews } from '../parts/page-views.tsx'

/** What the page Warehouse shows below its figures. */
export const { viewInAddress, Views } = pageViews(
  'What to look at',
  [
    { value: 'workload', label: 'Workload' },
    { value: 'changes', label: 'Changes' },
    { value: 'left', label: 'Left alone' },
  ],
  ['template', 'action'],
)
