// The guard must refuse this: one room imports another.
import { forecast } from '../demand/index.ts'

export const order = () => forecast()
