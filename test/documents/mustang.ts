import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached, cacheFolder } from '#test/stack/fetched/cache.js';
import { output, type Program, reasonOf } from '#test/stack/fetched/program.js';
import { fetchJars } from '#test/stack/kafka/central.js';
import { findJava } from '#test/stack/kafka/java.js';
import { available, missing, type Needed, StackUnavailable } from '#test/stack/unavailable.js';

export interface Mustang {
  readonly java: Program;
  readonly jar: string;
}

export interface Report {
  readonly isValid: boolean;
  /** Errors and warnings, each as `rule or type: text`. */
  readonly messages: readonly string[];
  readonly text: string;
}

const version = '2.26.0';
const path = `org/mustangproject/Mustang-CLI/${version}/Mustang-CLI-${version}.jar`;
const digest = '42d7868cb68264874a7b8cab4c3587b03b23ccc7cd72373da917f66758bb9736';

/**
 * The validator of the Mustang project from Maven Central, in the cache folder: schemas of Factur-X, the
 * rules of EN 16931, those of the French reform as warnings, its own arithmetic, veraPDF.
 */
export async function findMustang(): Promise<Needed<Mustang>> {
  const standIn = { java: { command: 'java', env: {} }, jar: '' };
  try {
    const { program } = await findJava();
    const folder = await cached(`mustang-${version}`, async (work) => {
      process.stderr.write(`fetching Mustang ${version} into ${cacheFolder()}\n`);
      await fetchJars({ [path]: digest }, work);
    });
    const jar = join(folder, `Mustang-CLI-${version}.jar`);
    if (!existsSync(jar)) throw new Error(`${jar} is not there`);
    return available({ java: program, jar });
  } catch (error) {
    const cause = `the invoices are not validated: ${reasonOf(error)}`;
    return missing('Mustang', new StackUnavailable(cause), standIn);
  }
}

/** The reports by file; about 4 s and 1 s for each file more. */
export async function validate(
  { java, jar }: Mustang,
  files: readonly string[],
): Promise<ReadonlyMap<string, Report>> {
  const program = join(import.meta.dirname, 'Validate.java');
  let text = '';
  // a program that is run may take five minutes
  for (let first = 0; first < files.length; first += 50) {
    const some = files.slice(first, first + 50);
    text += await output(java, ['-Xmx1g', '-cp', jar, program, ...some]);
  }
  const reports = text.split(/^=== /m).slice(1);
  return new Map(
    reports.map((report) => {
      const end = report.indexOf('\n');
      return [report.slice(0, end).trim(), reportOf(report.slice(end))];
    }),
  );
}

function reportOf(text: string): Report {
  const messages = [...text.matchAll(/<(error|warning|exception)\b([^>]*)>([\s\S]*?)<\/\1>/g)].map(
    ([, , attributes = '', message = '']) => {
      const type = /type="(\d+)"/.exec(attributes)?.[1] ?? '';
      return `${type}: ${message.replaceAll(/\s+/g, ' ').trim()}`;
    },
  );
  const summaries = [...text.matchAll(/<summary status="(\w+)"/g)].map(([, status]) => status);
  return { isValid: summaries.length > 0 && summaries.every((status) => status === 'valid'), messages, text };
}
