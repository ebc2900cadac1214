"""What a notebook shows of billcore: the timeline of a contract as picture and table, the documents of a bill run.

Nothing of a notebook is imported; the objects carry the methods that one looks for.
"""

from billcore.notebook.pictures import TimelinePicture as TimelinePicture
from billcore.notebook.pictures import timeline as timeline
from billcore.notebook.run_documents import documents as documents
