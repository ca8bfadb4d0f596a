import { joinWrappedLines } from './wrapped-lines.js';

describe('A paragraph that a comment wraps', () => {
  const joined = (text: string, name = 'description'): unknown => {
    const document = { paths: { '/sample': { get: { parameters: [{ [name]: text }] } } } };
    joinWrappedLines(document);
    return document.paths['/sample'].get.parameters[0]?.[name];
  };

  it('is one line in the document, wherever it stands', () => {
    expect(joined('Send a code\nto a phone.')).toBe('Send a code to a phone.');
    expect(joined('Send a code\nto a phone.', 'summary')).toBe('Send a code to a phone.');
  });

  it('stays apart from the next one, and from the items of a list and the rows of a table', () => {
    expect(joined('One\nline.\n\nAnother.')).toBe('One line.\n\nAnother.');
    expect(joined('Three:\n- one,\n  of two lines\n- two\n1. three')).toBe(
      'Three:\n- one, of two lines\n- two\n1. three',
    );
    expect(joined('| a |\n| - |\n| b |')).toBe('| a |\n| - |\n| b |');
  });

  it('is left alone where it is no prose', () => {
    expect(joined('two\nlines', 'example')).toBe('two\nlines');
  });
});
