// Pages work without any of this; with it they are quicker to use.
import { countDown } from './countdown.js';
import { codeField } from './code-field.js';
import { copyButtons } from './copy.js';
import { fileSize } from './file-size.js';
import { live } from './live.js';
import { localTimes } from './local-times.js';
import { sendOnce } from './send-once.js';

/** What is done anew for every part of a page that was replaced. */
const enhance = (root) => {
  localTimes(root);
  countDown(root);
  copyButtons(root);
  live(root, enhance);
};

enhance(document);
codeField(document);
fileSize(document);
sendOnce(document);
