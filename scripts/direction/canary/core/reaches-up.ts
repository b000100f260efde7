// The guard must refuse this: core reaches up into a room.
export { forecast } from '../demand/index.ts'
