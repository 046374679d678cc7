import { PYTHON_PACKAGES, pythonEnvironment } from '../../src/cli/python/python-environment.ts'

/** Installs from PyPI what `npm run test:models` needs, so that the suite's ten minutes are the suite's own. */
for (const packages of PYTHON_PACKAGES) await pythonEnvironment(packages, (line) => console.log(line))
