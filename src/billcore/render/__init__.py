"""How documents look to people and programs: plain text, JSON."""

from billcore.render.json_document import document_data as document_data
from billcore.render.json_document import document_json as document_json
from billcore.render.text import document_text as document_text
