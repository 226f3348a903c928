import { spawn } from "node:child_process";

/**
 * @typedef {object} ProcessResult
 * @property {number} code exit code; 124 after a timeout, 127 when the program could not be started
 * @property {string} output stdout and stderr together, the last megabyte of them
 * @property {string} stdout stdout alone
 */

/**
 * @typedef {object} ProcessOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs] after which the program is killed
 */

const keptCharacters = 1_000_000;

/**
 * Runs a program to its end and keeps what it prints. Never rejects: a program that cannot start answers code 127.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProcessOptions} [options]
 * @returns {Promise<ProcessResult>}
 */
export function runProcess(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
    const kept = { output: "", stdout: "" };
    let timedOut = false;
    const expire = () => {
      timedOut = true;
      child.kill("SIGKILL");
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(expire, options.timeoutMs);
    const keep = (/** @type {keyof typeof kept} */ name) => (/** @type {string} */ text) => {
      kept[name] = (kept[name] + text).slice(-keptCharacters);
    };
    child.stdout.setEncoding("utf8").on("data", keep("output")).on("data", keep("stdout"));
    child.stderr.setEncoding("utf8").on("data", keep("output"));
    child.on("error", (error) => resolve({ code: 127, output: error.message, stdout: "" }));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : (code ?? 1), ...kept });
    });
  });
}
