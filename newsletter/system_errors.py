"""What the system says it cannot do with a file, in the reader's language."""

import errno

from newsletter.errors import NewsletterError
from newsletter.i18n import N_, _

_SENTENCES = {
    errno.EACCES: N_("this machine does not let you read or write it"),
    errno.EPERM: N_("this machine does not let you read or write it"),
    errno.EROFS: N_("it can be read, but not written"),
    errno.ENOENT: N_("there is no such file or folder"),
    errno.ENOTDIR: N_("a file stands where a folder is needed"),
    errno.EISDIR: N_("it is a folder, not a file"),
    errno.EEXIST: N_("there is something of that name already"),
    errno.ENAMETOOLONG: N_("its name is too long"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.EFBIG: N_("the file would be larger than this machine allows"),
    errno.EMFILE: N_("too many files are open"),
    errno.EIO: N_("the disk could not be read or written"),
}


def system_error(error: OSError) -> NewsletterError:
    """Return the sentence for what the system could not do, with the file's name."""
    sentence = _SENTENCES.get(error.errno or 0)
    what = _(sentence) if sentence else error.strerror or str(error)
    return NewsletterError(f"{error.filename}: {what}" if error.filename else what)
