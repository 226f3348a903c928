export { limits } from "./limits.ts";
export type { ProcessImage } from "./run/process-runtime.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./start-emulator.ts";
