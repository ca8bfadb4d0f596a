/**
 * The test of a request: the status, the form of the answer by the contract, the problem, and then the rest if the status
 * was one of those expected.
 * @returns a function from the source of `after`, or nothing, to the source of the test
 */
export function checksOf({ contract, operation, step }) {
  const expected = [step.status].flat();
  return (after) => {
    const lines = [
      statusCheck(expected),
      ...formCheck(expected, (status) => contract.schema(operation, status)),
      ...(step.problem ? [problemCheck(step.problem)] : []),
      ...(after ? ['', `if (${JSON.stringify(expected)}.includes(pm.response.code)) {`, indented(after), '}'] : []),
    ].join('\n');
    return step.patient ? `if (!comesAgainLater()) {\n${indented(lines)}\n}` : lines;
  };
}

function statusCheck(expected) {
  if (expected.length === 1) {
    return `pm.test('the answer is ${expected[0]}', () => pm.response.to.have.status(${expected[0]}));`;
  }
  const list = expected.join(', ');
  return `pm.test('the answer is one of ${list}', () => pm.expect(pm.response.code).to.be.oneOf([${list}]));`;
}

function formCheck(expected, schemaOf) {
  const schemas = expected.map((status) => [status, schemaOf(status)]).filter(([, schema]) => schema);
  if (schemas.length === 0) return [];
  return [
    `const schema = ${JSON.stringify(Object.fromEntries(schemas))}[pm.response.code];`,
    `if (schema) pm.test('its form is that of the contract', () =>`,
    `  pm.response.to.have.jsonSchema(schema, { unknownFormats: 'ignore' }),`,
    ');',
  ];
}

function problemCheck(problem) {
  return `pm.test('the problem is ${problem}', () => pm.expect(pm.response.json().code).to.equal('${problem}'));`;
}

const indented = (text) => text.replace(/^(?=.)/gm, '  ');
