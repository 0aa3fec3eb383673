"""Files that are neither tables nor JSON -> plain items: chats, mail, pages, transcripts."""
