/** Whether the long forms run (`npm run test:faults`), or the short ones that every run of the tests holds. */
export const isLong = process.env["MODE"] === "long";
